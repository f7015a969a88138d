"""The tier "shape": do all responses match the contract?"""
