"""Tests of understudy.serving"""
