"""Writes model files of every foreign format with the arrays that Python reads from them. usage: make_model_files.py DIR

The Swift tests call it and compare. Each format has a folder of cases.
"""
import sys

import tflite_cases


def main(folder):
    tflite_cases.write(f"{folder}/tflite")


if __name__ == "__main__":
    main(sys.argv[1])
