/**
 * Projects whose metadata asks for torch, so that an image has it though no line names it, and what else of the torch family
 * they bring. The list ages; what a lock file or a compiled file says goes before it.
 */
export const torchUsers: ReadonlyMap<string, readonly string[]> = new Map([
  ...users(
    'accelerate bertopic bitsandbytes flair keybert kornia lightning marker-pdf monai openai-whisper peft pytorch-lightning pytorch-metric-learning sentence-transformers silero-vad spacy-transformers stanza torchmetrics torchvision trl xformers',
  ),
  ...users(
    'docling easyocr fastai open-clip-torch segmentation-models-pytorch surya-ocr timm ultralytics',
    'torchvision',
  ),
  ...users('pyannote-audio speechbrain', 'torchaudio'),
])

function users(names: string, ...brings: readonly string[]): [string, readonly string[]][] {
  return names.split(' ').map(name => [name, brings])
}
