"""Tests of understudy.conformance.reports"""
