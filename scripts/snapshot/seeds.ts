import { platforms, type Target } from '../../src/packaging/target.ts'

/** The projects of PyTorch's index of CPU builds. */
export const torchProjects = ['torch', 'torchvision', 'torchaudio', 'torchtext', 'torchcodec', 'torchdata', 'torchao']

/** The file of the README, as one install. */
const example = ['fastapi', 'uvicorn[standard]', 'transformers', 'sentence-transformers', 'torch', 'pandas']

/** What is often found beside torch: each an install of its own, so that none holds another back. */
const companions = [
  ...['accelerate', 'aiofiles', 'av', 'beautifulsoup4', 'bitsandbytes', 'boto3', 'chromadb', 'cryptography'],
  ...['cython', 'datasets', 'diffusers', 'easyocr', 'einops', 'evaluate', 'faiss-cpu', 'fastapi', 'ffmpeg-python'],
  ...['flask', 'ftfy', 'gitpython', 'gradio', 'gunicorn', 'gymnasium', 'h5py', 'httpx', 'huggingface-hub'],
  ...['joblib', 'jupyter', 'keras', 'keybert', 'kornia', 'langchain', 'langchain-huggingface', 'langdetect'],
  ...['librosa', 'lightning', 'loguru', 'matplotlib', 'nest-asyncio', 'nltk', 'numpy', 'omegaconf', 'onnx'],
  ...['onnxruntime', 'onnxruntime-gpu', 'open-clip-torch', 'openai', 'openai-whisper', 'opencv-python'],
  ...['opencv-python-headless', 'optimum', 'pandas', 'peft', 'pillow', 'psutil', 'pydantic', 'pydantic-settings'],
  ...['pynvml', 'pytest', 'pytest-asyncio', 'pytest-cov', 'python-dotenv', 'python-multipart', 'pytorch-lightning'],
  ...['pyyaml', 'redis', 'regex', 'requests', 'safetensors', 'scikit-image', 'scikit-learn', 'scipy', 'seaborn'],
  ...['sentence-transformers', 'sentencepiece', 'sentry-sdk', 'soundfile', 'spacy', 'sqlalchemy', 'streamlit'],
  ...['tabulate', 'tensorboard', 'tensorboardx', 'tensorflow', 'termcolor', 'tiktoken', 'timm', 'tokenizers'],
  ...['torch', 'torch-geometric', 'torchaudio', 'torchcodec', 'torchmetrics', 'torchtext', 'torchvision', 'tqdm'],
  ...['transformers', 'trl', 'typer', 'ultralytics', 'uvicorn', 'uvicorn[standard]', 'wandb', 'xformers'],
]

/** Bounds that files often set: what they come to is not the newest of anything. */
const bounds = ['huggingface-hub<1', 'numpy<2', 'pandas<3', 'pydantic<2', 'setuptools<81', 'transformers<5']

/** Installs as lists of requirements. */
export const seeds: readonly (readonly string[])[] = [example, ...[...companions, ...bounds].map(line => [line])]

/** The oldest torch of which every release is kept. */
export const oldestTorch = '1.13'

/** How many of the newest releases of a project that a seed names are kept besides those that a seed comes to. */
export const newest = 3

const pythons = ['3.10', '3.11', '3.12', '3.13', '3.14']

/** Where the seeds are installed, and the wheels looked into. */
export const installed: readonly Target[] = [
  ...pythons.map(python => ({ python, platform: 'linux-x86_64' as const })),
  ...['3.11', '3.12'].map(python => ({ python, platform: 'linux-aarch64' as const })),
]

/** Where a release can be installed, as far as the snapshot knows: the wheels of everything else are left out. */
export const covered: readonly Target[] = pythons.flatMap(python => platforms.map(platform => ({ python, platform })))
