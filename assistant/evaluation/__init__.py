"""Evaluation: do the answers hold what the questions ask for, and did a change make them better?"""
