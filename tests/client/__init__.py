"""Tests of understudy.client"""
