"""Tests of understudy.control"""
