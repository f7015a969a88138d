"""Tests of understudy.http"""
