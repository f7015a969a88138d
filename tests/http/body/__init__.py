"""Tests of understudy.http.body"""
