"""Writes model files of every foreign format with the arrays that Python reads from them. usage: make_model_files.py DIR

The Swift tests call it and compare. Each format has a folder of cases.
"""
import sys

import array_cases
import onnx_cases
import tflite_cases


def main(folder):
    array_cases.write_all(folder)
    onnx_cases.write_all(f"{folder}/onnx")
    tflite_cases.write(f"{folder}/tflite")


if __name__ == "__main__":
    main(sys.argv[1])
