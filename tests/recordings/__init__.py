"""Tests of understudy.recordings"""
