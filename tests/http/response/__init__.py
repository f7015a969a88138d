"""Tests of understudy.http.response"""
