"""Tests of understudy.openapi"""
