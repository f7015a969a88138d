"""Tests of understudy.conformance"""
