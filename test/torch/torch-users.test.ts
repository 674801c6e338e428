import { describe, expect, test } from 'vitest'
import { canonicalizeName } from '../../src/packaging/names.ts'
import { torchUserAt, torchUsers } from '../../src/torch/torch-users.ts'

describe('which project a repository is for', () => {
  test.each<[url: string, project: string | undefined]>([
    ['git+https://github.com/openai/whisper.git', 'openai-whisper'],
    ['git+https://github.com/openai/whisper@v20240930', 'openai-whisper'],
    ['git+https://github.com/OpenAI/Whisper.git#subdirectory=x', 'openai-whisper'],
    ['git+ssh://git@github.com/openai/whisper.git', 'openai-whisper'],
    ['git+https://user:secret@github.com/openai/whisper.git', 'openai-whisper'],
    ['https://github.com/openai/whisper/archive/refs/tags/v20240930.zip', 'openai-whisper'],
    ['git+https://github.com/somebody/WhisperX', 'whisperx'],
    ['git+https://github.com/qubvel/segmentation_models.pytorch', 'segmentation-models-pytorch'],
    ['git+https://github.com/huggingface/pytorch-image-models.git', 'timm'],
    ['git+https://github.com/openai/CLIP.git', 'clip'],
    ['git+https://github.com/somebody/clip', undefined],
    ['git+https://github.com/somebody/whisper', undefined],
    ['git+https://github.com/pytorch/torchvision', undefined],
    ['git+https://gitlab.example.org/openai/whisper.git', undefined],
    ['git+https://example.org/github.com/openai/whisper.git', undefined],
    ['git+https://github.com/openai', undefined],
    ['./whisper', undefined],
    ['', undefined],
  ])('%s', (url, project) => {
    expect(torchUserAt(url)?.project).toBe(project)
  })
})

test('the list goes by canonical names', () => {
  expect([...torchUsers.keys()].filter(name => canonicalizeName(name) !== name)).toEqual([])
})
