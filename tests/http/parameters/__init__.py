"""Tests of understudy.http.parameters"""
