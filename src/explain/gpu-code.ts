import { canonicalizeName } from '../packaging/names.ts'
import { ruleFor } from '../torch/rules.ts'

/** Where code asks for a GPU. */
export function gpuAsked(message: string): string | undefined {
  const line = ownLine(message)
  if (message.includes('deserialize object on a CUDA device'))
    return `the checkpoint was saved on a GPU: give torch.load map_location='cpu'${line === undefined ? '' : `, in ${line}`}`
  if (line !== undefined) return `${line} leads to it: ask for the CPU there`
  const asks = loadedBy(message)
  return asks === undefined || asks === 'torch'
    ? undefined
    : `${asks} asks for the GPU: it mostly has an option for it, such as device='cpu'`
}

/** Which module for GPUs it is, and what to do without it. */
export function gpuModule(message: string): string | undefined {
  const { built, own } =
    /xFormers was built for:?\s{1,20}PyTorch (?<built>[\w.+]{1,40})[^\n(]{0,40}\(you have (?<own>[\w.+]{1,40})\)/.exec(
      message,
    )?.groups ?? {}
  if (built !== undefined)
    return `xformers was built for torch ${built}, and torch ${own} is installed: it speeds up GPUs alone, so take it out (pip uninstall xformers)`
  if (/bitsandbytes/i.test(message))
    return 'the code asks for 8-bit or 4-bit weights: load the model without quantization_config, load_in_8bit and load_in_4bit, or take bitsandbytes 0.48 or newer, which runs on CPUs'
  const module = /No module named '(\w{1,60})/.exec(message)?.[1]
  const by = loadedBy(message)
  return module === undefined || by === undefined || by === module ? undefined : `${by} imports ${module}`
}

/** Which package is compiled, and whether a CPU has any use for it. */
export function beingBuilt(message: string): string | undefined {
  const name =
    /`([\w.-]{1,80})@[\w.+!]{1,40}` depends on `torch`/.exec(message)?.[1] ??
    /Failed to build [`']?([\w.-]{1,80})==/.exec(message)?.[1] ??
    [...message.matchAll(/^\s{0,20}Collecting ([\w.-]{1,80})/gm)].at(-1)?.[1]
  if (name === undefined) return undefined
  const rule = ruleFor(canonicalizeName(name))
  if (rule?.action === 'drop')
    return `${name} has no CPU form: take it out of the requirements, as torchpin rewrite does, and out of the imports`
  if (rule?.action === 'index')
    return `${name} has CPU wheels on a page for each torch release: torchpin rewrite says which, and nothing needs to be built`
  return `${name} is what is built`
}

/** Which package was compiled for numpy 1. */
export function numpyOne(message: string): string | undefined {
  const numpy = /cannot be run in\s{1,20}NumPy (\d[\w.]{0,20})/.exec(message)?.[1]?.replace(/\.$/, '')
  if (numpy === undefined) return undefined
  const module =
    loadedBy(message) ??
    [...message.matchAll(/^\s{1,40}(?:import|from) (\w{1,60})/gm)].at(-1)?.[1] ??
    'what is imported'
  return `numpy ${numpy} is installed, and ${module} was compiled for numpy 1: add numpy<2 to the requirements, or take a newer ${module}`
}

/**
 * The package whose file is the last one of a traceback: what the trouble comes from.
 *
 * @param message as Python printed it, with whatever is around it
 * @returns its name as it is imported; undefined where no frame names a package
 */
export function loadedBy(message: string): string | undefined {
  const frames = [...message.matchAll(/(?:site|dist)-packages[\\/]([A-Za-z]\w{0,60})([\\/.][\w\\/.]{0,200})?/g)]
  return frames.filter(([, , file = '']) => !onTheWay.test(file)).at(-1)?.[1]
}

/** torch loads the libraries of every extension: those who call it want them. */
const onTheWay = /^[\\/]_(?:ops|classes)\.py$/

/**
 * The last line of a traceback that is the reader's own code and no package's.
 *
 * @param message as Python printed it
 * @returns `/app/main.py, line 12`
 */
function ownLine(message: string): string | undefined {
  const frames = [...message.matchAll(/File "([^"\n]{1,300})", line (\d{1,7})/g)]
  const own = frames.filter(([, file = '']) => !/(?:site|dist)-packages|[\\/]lib[\\/]python|^</i.test(file)).at(-1)
  return own && `${own[1]}, line ${own[2]}`
}
