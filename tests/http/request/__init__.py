"""Tests of understudy.http.request"""
