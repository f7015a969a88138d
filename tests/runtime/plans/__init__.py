"""Tests of understudy.runtime"""
