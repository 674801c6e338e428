import { canonicalizeName } from '../packaging/names.ts'
import { torchFamily } from './family.ts'

/** A project that needs torch whatever else is asked for: no extra of it, itself. */
export interface TorchUser {
  readonly project: string
  /** What else of the torch family it needs. */
  readonly brings: readonly string[]
}

/**
 * Projects whose metadata asks for torch, by itself or through another one of them, and what else of the torch family they
 * bring (read from their releases, November 2026). It stands in where a release does not tell what it needs, and where
 * nobody is asked; what metadata, a lock file or a compiled file says goes before it.
 */
const users: readonly TorchUser[] = [
  ...needing(
    'accelerate bert-score bertopic bertviz bitsandbytes botorch captum ctgan deepspeed flagembedding flair julius keybert kornia lightning marker-pdf monai openai-whisper optimum peft pyro-ppl pytorch-forecasting pytorch-lightning pytorch-metric-learning pytorch-tabnet resemblyzer sentence-transformers setfit silero-vad spacy-transformers stable-baselines3 stanza textattack thop torchmetrics torchvision trl ultralytics-thop unbabel-comet whisper-timestamped x-transformers xformers',
  ),
  ...needing(
    'basicsr controlnet-aux craft-text-detector docling easyocr effdet facenet-pytorch facexlib fastai gfpgan lightly lpips open-clip-torch realesrgan sam2 segmentation-models-pytorch super-image surya-ocr timm torch-fidelity ultralytics yolov5',
    'torchvision',
  ),
  ...needing(
    'asteroid audiocraft demucs encodec fairseq pyannote-audio speechbrain stable-ts torch-audiomentations tts whisperx',
    'torchaudio',
  ),
]

/** By project: what it brings of the torch family besides torch. */
export const torchUsers: ReadonlyMap<string, readonly string[]> = new Map(
  users.map(({ project, brings }) => [project, brings]),
)

/** By repository on GitHub, in lower case: those whose name is another than that of the project. */
const repositories: ReadonlyMap<string, TorchUser> = new Map([
  ...at('openai-whisper', 'openai/whisper'),
  ...at('timm', 'huggingface/pytorch-image-models', 'rwightman/pytorch-image-models'),
  ...at('open-clip-torch', 'mlfoundations/open_clip'),
  ...at('marker-pdf', 'datalab-to/marker', 'vikparuchuri/marker'),
  ...at('surya-ocr', 'datalab-to/surya', 'vikparuchuri/surya'),
  ...at('realesrgan', 'xinntao/real-esrgan'),
  ...at('lpips', 'richzhang/perceptualsimilarity'),
  ...at('effdet', 'rwightman/efficientdet-pytorch'),
  ...at('sam2', 'facebookresearch/segment-anything-2'),
  ...at('unbabel-comet', 'unbabel/comet'),
  ...at('pyro-ppl', 'pyro-ppl/pyro'),
  ...at('pytorch-tabnet', 'dreamquark-ai/tabnet'),
  ...at('thop', 'lyken17/pytorch-opcounter'),
  // Not on the public index, which has another project by that name.
  ['openai/clip', { project: 'clip', brings: ['torchvision'] }],
])

/**
 * The project of the list above that a URL of a repository is for: by its path on GitHub, where the last part may be the
 * name of the project whoever has forked it.
 */
export function torchUserAt(url: string): TorchUser | undefined {
  const path = /^(?:git\+)?(?:https?|ssh|git):\/\/(?:[^/@]*@)?(?:www\.)?github\.com[:/]([^/?#]+\/[^/?#@]+)/i.exec(
    url,
  )?.[1]
  if (path === undefined) return undefined
  const repository = path.toLowerCase().replace(/\.git$/, '')
  const known = repositories.get(repository)
  if (known) return known
  const project = canonicalizeName(repository.slice(repository.indexOf('/') + 1))
  const brings = torchUsers.get(project)
  return brings && !torchFamily.has(project) ? { project, brings } : undefined
}

function needing(projects: string, ...brings: readonly string[]): TorchUser[] {
  return projects.split(' ').map(project => ({ project, brings }))
}

function at(project: string, ...paths: readonly string[]): [string, TorchUser][] {
  return paths.map(path => [path, { project, brings: torchUsers.get(project)! }])
}
