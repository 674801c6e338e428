import type { CodePage } from './page.ts'

/** What goes wrong around CPU-only torch and is printed by others: pip, uv, Python, the loader. */
export const troubleCodes = {
  'no-matching-distribution': {
    title: 'pip finds no distribution for a torch pin',
    why: 'Nearly always one of these, in the order in which to look: (1) the index line is missing: `+cpu` builds are on the CPU index alone, and the list that pip prints has no version with `+cpu`; (2) no wheel for this Python: the list says `none`, or ends before the version (Python 3.10 ends at torch 2.14, Python 3.13 begins at 2.5); (3) no wheel for this platform: Alpine (musl), 32 bit, glibc older than 2.28, macOS, where builds have no `+cpu`; (4) the release does not exist, or is not on the CPU index yet.',
    fix: 'Ask what there is, and let torchpin write pin and index line together.',
    example: 'torchpin versions torch --python 3.13\ntorchpin rewrite --python 3.13 requirements.txt',
    symptoms: [
      'No matching distribution found for torch',
      'Could not find a version that satisfies the requirement torch',
      'has no wheels with a matching Python ABI tag',
      'has no wheels with a matching platform tag',
      'there is no version of torch==',
    ],
  },
  'cuda-not-compiled': {
    title: 'Code asks a CPU build of torch for a GPU',
    why: 'The installation is as it should be; the code moves something to a GPU without asking whether there is one, or loads a checkpoint that was saved on one.',
    fix: 'Choose the device at run time, and load with map_location.',
    example: "device = 'cuda' if torch.cuda.is_available() else 'cpu'\ntorch.load(path, map_location='cpu')",
    symptoms: [
      'Torch not compiled with CUDA enabled',
      'Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False',
      'Found no NVIDIA driver on your system',
    ],
  },
  'torchvision-other-build': {
    title: 'torchvision or torchaudio is built for another torch',
    why: 'A torchvision from the public index is built for CUDA and does not load beside a CPU torch of the CPU index; neither does one of another release. Metadata does not always say so.',
    fix: 'Pin all of the family to the CPU index together.',
    example: 'torchpin rewrite requirements.txt',
    symptoms: [
      'operator torchvision::nms does not exist',
      'libcudart.so… cannot open shared object file',
      'libc10_cuda.so: cannot open shared object file',
      "Couldn't load custom C++ ops",
    ],
  },
} satisfies Readonly<Record<string, CodePage>>
