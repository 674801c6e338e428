import type { CodePage } from './page.ts'

/** What `audit` finds in environments and images. */
export const auditCodes = {
  'cuda-torch': {
    title: 'The torch that is installed is a build for GPUs',
    why: 'torch/version.py, which every build writes, names the CUDA or ROCm release it was built for. That counts, whatever the version is labelled: the torch of the public index has no label and is built for CUDA on Linux.',
    fix: 'Pin torch to its CPU build, with the CPU index in the file, and install or build again.',
    example: 'torchpin rewrite requirements.txt\npip install -r requirements.txt',
  },
  'cuda-package': {
    title: 'A package is installed that serves GPU builds alone',
    why: 'nvidia-cublas, nvidia-cudnn-cu13, triton and their like are what CUDA builds of torch ask for. A CPU build asks for none of them, and nothing else imports them. They are found by their names in an explicit list, never by a pattern: nvidia-ml-py is something else.',
    fix: 'Take their lines out and install a CPU build of torch. In an image build anew: what a later layer uninstalls still ships.',
    example: 'torchpin rewrite requirements.txt',
  },
  'cuda-in-package': {
    title: 'A package carries libraries for GPUs among its files',
    why: 'The package works without a GPU, or has a CPU alternative that does, so what it carries for GPUs is dead weight. The torchvision of the public index is one: on Linux it bundles libcudart and libnvjpeg, and beside a CPU build of torch it fails ("operator torchvision::nms does not exist").',
    fix: 'Install the build the hint names: torchvision with +cpu, onnxruntime for onnxruntime-gpu, faiss-cpu for faiss-gpu. Some have no other build and run on a CPU as they are: the wheel of ctranslate2 carries 126 kB of libcudnn. For these, --accept NAME (or accept = ["NAME"] in torchpin.toml) reports it and does not fail.',
    example: 'torchvision==0.29.1+cpu\n\ntorchpin audit --accept ctranslate2 .venv',
  },
  'cuda-leftovers': {
    title: 'Libraries for GPUs lie there and belong to no package',
    why: 'No RECORD lists them: an uninstall that was cut short, a copy from another environment or image, or a Linux package of CUDA. Neither pip uninstall nor a rewritten requirements file takes them away.',
    fix: 'Make the environment or the image anew. Where a Linux package brought them (apt list --installed | grep -i cuda), leave that out.',
  },
  'cuda-toolkit': {
    title: 'A whole toolkit for GPUs is there',
    why: '/usr/local/cuda, /opt/rocm, or what conda keeps of them: it comes with base images such as nvidia/cuda and pytorch/pytorch, several gigabytes before pip runs.',
    fix: 'Build from an image without it.',
    example: 'FROM python:3.11-slim',
  },
  'cuda-driver': {
    title: 'A library of the NVIDIA driver is there',
    why: 'libcuda.so.1 belongs to the driver of the host, and the container runtime puts it in where there is a GPU. A copy in an image is of no use without one, and does not go with another driver.',
    fix: 'Take out what installs it: a package of the driver, or cuda-compat.',
  },
  'deleted-but-shipped': {
    title: 'A layer brings what a later layer deletes or replaces',
    why: 'An image is its layers, one on top of the other. RUN pip uninstall or rm in a layer of its own hides files and makes nothing smaller: the layer below still holds them, is stored and is downloaded. The size of files that can be seen does not show it.',
    fix: 'Do not install it in the first place. Else delete it in the RUN that brings it, or copy what is needed into a new stage.',
    example:
      'FROM python:3.11-slim AS builder\nRUN python -m venv /opt/venv && /opt/venv/bin/pip install -r requirements.txt\nFROM python:3.11-slim\nCOPY --from=builder /opt/venv /opt/venv',
  },
  'device-code': {
    title: 'A package has code for GPUs in files of ordinary names',
    why: 'Some projects put CUDA code into their one library (xgboost, catboost, faiss-gpu), so no name of a file gives it away and its bytes cannot be counted apart. The audit reports it, and not as an error.',
    fix: 'Install the build without it where there is one, as the hint says.',
  },
  'illegal-whiteout': {
    title: 'A layer has a whiteout that means nothing',
    why: 'A file named .wh.NAME takes NAME away from the layers below. `.wh.`, `.wh..` and `.wh...` name nothing, the folder itself, or the one above it; no tool writes them, and runtimes refuse or ignore them.',
    fix: 'Find out what made the layer. The audit passes over such entries.',
  },
  'no-python-packages': {
    title: 'No Python package is there',
    why: 'Neither a *.dist-info nor an *.egg-info folder was found, so what there is belongs to no package. Nothing is wrong with that in an image without Python; in one that should have packages, the path is not the one that was meant.',
    fix: 'Name the virtual environment itself, or the image that the service runs.',
  },
} satisfies Readonly<Record<string, CodePage>>
