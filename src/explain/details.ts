import type { Code } from '../contract/codes/codes.ts'
import { parseWheelFilename } from '../packaging/wheel.ts'
import { firstNames } from '../text/lists.ts'
import { cudaOnly, isAcceleratorLabel, torchFamily } from '../torch/family.ts'
import { ruleFor } from '../torch/rules.ts'
import { beingBuilt, gpuAsked, gpuModule, loadedBy, numpyOne } from './gpu-code.ts'

/**
 * What a message shows by itself, beyond the page that explains it.
 *
 * @param message as pip, uv or Python printed it, with whatever is around it
 * @param code the page it leads to
 * @returns a clause without a full stop; undefined where the message shows nothing more
 */
export function detailOf(message: string, code: Code): string | undefined {
  return details[code]?.(message)
}

const details: Readonly<Partial<Record<Code, (message: string) => string | undefined>>> = {
  'no-matching-distribution': missingDistribution,
  'gpu-line': missingDistribution,
  'wheel-for-other-platform': platformOfWheels,
  'wheel-for-other-python': pythonOfWheels,
  'cuda-library-missing': cudaLibrary,
  'torchvision-other-build': message => otherTorch(message) ?? cudaLibrary(message),
  'cuda-not-compiled': gpuAsked,
  'gpu-module-missing': gpuModule,
  'torch-needed-to-build': beingBuilt,
  'cuda-needed-to-build': beingBuilt,
  'fails-at-run-time': numpyOne,
  'uv-first-index': firstIndex,
  'system-library-missing': systemLibrary,
  'no-space-left': whatWasInstalled,
  'installation-killed': whatWasInstalled,
  'download-interrupted': whatWasInstalled,
  'index-not-reached': unreached,
  'index-forbidden': refusedUrl,
  'hash-mismatch': refusedFile,
}

/** pip prints the versions that it could choose from, which distinguishes the causes. */
function missingDistribution(message: string): string | undefined {
  const { name, version } =
    /(?:satisfies the requirement|distribution found for|no version of) (?<name>[\w.-]{1,100})(?:==(?<version>[\w.+!]{1,100}))?/.exec(
      message,
    )?.groups ?? {}
  if (name === undefined) return undefined
  const project = name.toLowerCase().replace(/[-_.]+/g, '-')
  if (project === 'pytorch') return 'the package of PyTorch is called torch: write torch in place of pytorch'
  if (cudaOnly.has(project))
    return `${name} serves GPU builds alone and has no file for this platform or Python: a CPU build of torch does without the line, and torchpin rewrite takes it out`
  const label = version?.split('+')[1]
  if (label !== undefined && isAcceleratorLabel(label))
    return `+${label} asks for a build for GPUs, which only the index …/whl/${label} has; for CPUs it is ${name}==${version?.split('+')[0]}+cpu from the CPU index, and torchpin rewrite writes both`
  return fromVersions(message, project, version)
}

function fromVersions(message: string, project: string, version: string | undefined): string | undefined {
  const versions = /\(from versions: ([^()]*)\)/.exec(message)?.[1]?.split(/,\s*/)
  if (versions === undefined) return undefined
  if (versions[0] === 'none')
    return torchFamily.has(project)
      ? 'pip saw no version at all, so most likely no wheel is for this Python or this platform, whatever the index line: compare python -VV with torchpin versions torch'
      : `pip saw no version of ${project} at all: no index it asked has the project, or none of its files is for this Python and platform`
  const labelled = versions.filter(of => of.endsWith('+cpu'))
  if (version?.endsWith('+cpu') && labelled.length === 0) {
    const release = version.split('+')[0]!
    const line =
      'none of the versions that pip saw is a +cpu build, so the index line is missing: torchpin rewrite adds it, or add --extra-index-url https://download.pytorch.org/whl/cpu'
    return versions.includes(release)
      ? line
      : `${line}; ${release} is not among them either, so this Python may have no wheel of it: torchpin versions ${project} shows for which it is`
  }
  const of = labelled.length > 0 ? labelled : versions
  const span = of.length > 1 ? `from ${of[0]} to ${of.at(-1)}` : of[0]
  const look = torchFamily.has(project) ? `; torchpin versions ${project} shows for which it is` : ''
  return `pip saw ${span}: what is asked for is not among them for this Python and platform${look}`
}

/** Why pip saw nothing, where it goes on as if there were nothing. */
function unreached(message: string): string | undefined {
  if (!message.includes('(from versions: none)')) return undefined
  const [, why = 'it did not answer'] = reasons.find(([words]) => words.test(message)) ?? []
  return `pip could not open an index (${why}) and saw no version at all: "from versions: none" follows from that, and the Python and the pin may be fine`
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/CERTIFICATE_VERIFY_FAILED|SSLError/, 'its certificate was not accepted'],
  [/ProxyError/, 'the proxy did not let it through'],
  [/name resolution|name or service not known|NameResolutionError|getaddrinfo/i, 'the name of its host was not found'],
]

/** What the name of a wheel says that pip will not take. */
function refusedWheel(message: string): string | undefined {
  const filename = /([\w.+%-]{1,200}\.whl) is not a supported wheel/.exec(message)?.[1]?.replace(/%2b/gi, '+')
  const wheel = filename === undefined ? undefined : parseWheelFilename(filename)
  if (!wheel) return undefined
  const instead = `${wheel.name}==${wheel.version.text}`
  const pythons = wheel.pythons.map(tag => tag.replace(/^cp(\d)(\d+)$/, 'CPython $1.$2'))
  return `the wheel is for ${pythons.join(', ')} and ${wheel.platforms.join(', ')}: compare python -VV, or write ${instead} in its place, so that pip takes the wheel that fits`
}

/** uv lists the platforms that there are wheels for; a lock may also name the release alone. */
function platformOfWheels(message: string): string | undefined {
  const refused = refusedWheel(message)
  if (refused !== undefined) return refused
  const { own, offered } =
    /You're on (?<own>[^,\n]{1,80}),[^\n]{0,200}?only has wheels for the following platforms?: (?<offered>[^\n;]{1,300})/.exec(
      message,
    )?.groups ?? {}
  const release = /[`'" ](torch\w{0,20}==[\w.]{1,40}\+cpu)\b/.exec(message)?.[1]
  const label =
    release === undefined
      ? ''
      : `${release} is a build for Linux and Windows: on macOS ask for ${release.replace('+cpu', '')}, on Alpine take an image with glibc${message.includes('@ registry+') ? '; then run uv lock again' : ''}`
  if (own === undefined || offered === undefined) return label === '' ? undefined : label
  return `this is ${own.replaceAll('`', '')}, and the wheels are for ${offered.replaceAll('`', '').trim()}`
}

function pythonOfWheels(message: string): string | undefined {
  const { own, offered } =
    /You require (?<own>[^,\n]{1,80}),[^\n]{0,200}?with the following Python \w+ tags?: (?<offered>[^\n]{1,300})/.exec(
      message,
    )?.groups ?? {}
  if (own !== undefined && offered !== undefined)
    return `the install is for ${own.replaceAll('`', '')}, and the wheels are for ${offered.replaceAll('`', '').trim()}`
  const { python, range } =
    /requires a different Python: (?<python>[\d.]{1,20}) not in '(?<range>[^'\n]{1,80})'/.exec(message)?.groups ?? {}
  return python === undefined ? undefined : `pip runs in Python ${python}, and the package asks for ${range}`
}

/** Which extension was built for another torch. */
function otherTorch(message: string): string | undefined {
  if (!message.includes('undefined symbol')) return undefined
  const by = loadedBy(message)
  if (by === undefined || by === 'torch') return undefined
  const pages =
    ruleFor(by.replaceAll('_', '-'))?.action === 'index'
      ? ': torchpin rewrite says on which page its CPU wheels are'
      : ''
  return `${by} was built for another torch than the one that is installed${pages}`
}

/** Whose library it is, and which package of the traceback loads it. */
function cudaLibrary(message: string): string | undefined {
  const library =
    /(lib(?:cu|nv|nccl|torch_|c10_)[\w.-]{0,60}?)(?:: cannot open| is not found|[,}]|\. Error| not found)/.exec(
      message,
    )?.[1]
  if (library === undefined) return undefined
  const part = cudaParts.find(([start]) => library.startsWith(start))?.[1]
  const by = loadedBy(message)
  return `${library} is a part of ${part ?? 'CUDA'}${by === undefined ? '' : `, and ${by} asks for it`}: a CPU installation has none and needs none`
}

const cudaParts: readonly (readonly [start: string, name: string])[] = [
  ['libcudnn', 'cuDNN'],
  ['libcublas', 'cuBLAS (CUDA)'],
  ['libcuda.', 'the NVIDIA driver'],
  ['libnccl', 'NCCL (CUDA)'],
  ['libnvinfer', 'TensorRT'],
  ['libtorch_', 'a torch for GPUs'],
  ['libc10_', 'a torch for GPUs'],
]

/** Libraries that slim images lack, and where Debian and Ubuntu have them. */
const systemLibraries: readonly (readonly [library: string, advice: string])[] = [
  [
    'libGL.so.1',
    'opencv-python loads it; put opencv-python-headless in its place, or, where another package brings opencv-python, install libgl1',
  ],
  ['libgthread-2.0.so.0', 'opencv-python loads it; put opencv-python-headless in its place, or install libglib2.0-0'],
  ['libglib-2.0.so.0', 'Debian and Ubuntu have it in libglib2.0-0'],
  ['libSM.so.6', 'opencv-python loads it; put opencv-python-headless in its place, or install libsm6 libxext6'],
  ['libXext.so.6', 'opencv-python loads it; put opencv-python-headless in its place, or install libsm6 libxext6'],
  ['libXrender.so.1', 'Debian and Ubuntu have it in libxrender1'],
  ['libxcb.so.1', 'opencv-python loads it; put opencv-python-headless in its place, or install libxcb1'],
  [
    'libgomp.so.1',
    'Debian and Ubuntu have it in libgomp1 (apt-get install libgomp1); the CPU build of torch carries its own, so it is another package that loads it',
  ],
  ['libsndfile', 'Debian and Ubuntu have it in libsndfile1'],
  ['libopenblas', 'Debian and Ubuntu have it in libopenblas0'],
  ['libgfortran', 'Debian and Ubuntu have it in libgfortran5'],
  ['libnuma', 'Debian and Ubuntu have it in libnuma1'],
  ['libsox.so', 'Debian and Ubuntu have it in libsox-dev'],
  ['libavutil', 'it belongs to FFmpeg: apt-get install ffmpeg'],
  ['libavcodec', 'it belongs to FFmpeg: apt-get install ffmpeg'],
  ['libtorchcodec', 'torchcodec works through FFmpeg: apt-get install ffmpeg'],
  ['libmagic', 'Debian and Ubuntu have it in libmagic1'],
  ['libstdc++.so.6:', 'Debian and Ubuntu have it in libstdc++6'],
  ['GLIBCXX_', 'the image is older than the wheel: start from a newer one'],
  ['GLIBC_', 'the image is older than the wheel: start from a newer one'],
]

function systemLibrary(message: string): string | undefined {
  const found = systemLibraries.find(([library]) => message.includes(library))
  if (!found) return undefined
  const [library, advice] = found
  return `${library.replace(/[:_]$/, '')}: ${advice}`
}

/** A log of pip or uv names what it fetches: with CUDA among it, the build is the cause and not the machine. */
function whatWasInstalled(message: string): string | undefined {
  const named = [...message.matchAll(/\b(nvidia[-_][a-z][a-z\d_-]{0,40}?|triton)[-=]{1,2}(?=\d)/g)].map(match =>
    match[1]!.replaceAll('_', '-'),
  )
  const cuda = [...new Set(named)].filter(name => cudaOnly.has(name))
  if (cuda.length === 0) return undefined
  const [are, they] = cuda.length > 1 ? ['are', 'they are'] : ['is', 'it is']
  return `${firstNames(cuda, 1)} in the log ${are} what a CUDA build of torch brings: with the CPU build ${they} not installed at all`
}

function refusedUrl(message: string): string | undefined {
  const url = /https?:\/\/download\.pytorch\.org[^\s'"`)<>]{0,300}/.exec(message)?.[0]
  if (url === undefined) return undefined
  if (/\.whl\b/.test(url) && url.includes('+'))
    return 'the URL of the wheel has a literal +, which download.pytorch.org refuses: write %2B'
  return 'download.pytorch.org says 403 for what is not there: the folder or the project of the URL does not exist'
}

function refusedFile(message: string): string | undefined {
  const wheel = /\b(torch\w{0,20})==/.exec(message)
  if (wheel === null) return undefined
  return `the file is one of ${wheel[1]}: its CPU build has other hashes than its CUDA build, so a recorded hash of the other one can never fit`
}

/**
 * Which index hides which, as uv's hint shows it.
 *
 * @param message with `NAME was found on URL, but not at the requested version (NAME==1.0)`
 * @returns a clause without a full stop
 */
function firstIndex(message: string): string | undefined {
  const { name, url, wanted } =
    /`?(?<name>[\w.-]{1,80})`? was found on `?(?<url>[^\s`,]{1,300})`?, but not at the requested version \((?<wanted>[^()\n]{1,100})\)/.exec(
      message,
    )?.groups ?? {}
  if (name === undefined || url === undefined) return undefined
  if (!/\/whl\/cpu\b/.test(url)) return `${url} is asked first and has ${name}, so uv looks for ${wanted} nowhere else`
  if (/^torch/.test(name))
    return `the CPU index has no ${wanted} that fits: torchpin versions ${name} shows what it has, and another index would give a build for GPUs`
  return `the CPU index has an old copy of ${name}, so uv looks for ${wanted} nowhere else`
}
