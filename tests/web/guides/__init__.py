"""Tests of understudy.web"""
