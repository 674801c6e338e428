import type { Rule } from '../facts.ts'
import { cacheMountUnused, copyBeforeInstall, pipCacheKept, requirementsNotResolved, uvLinkMode } from './caches.ts'
import { venvFromOtherPython, venvMoved, venvNotOnPath } from './environments.ts'
import { gpuRequirement } from './gpu-requirement.ts'
import { dockerignoreGaps, dockerignoreHidesNeededFile, dockerignoreRootOnly, noDockerignore } from './ignore.ts'
import { gpuBaseImage, installerNotRead, stageAsCasing } from './images.ts'
import {
  aptWithoutUpdate,
  aptWithoutYes,
  buildToolsShipped,
  cudaRemovedLater,
  libgompForTorch,
  libgompMissing,
} from './system.ts'
import {
  cpuIndexAlone,
  gpuIndex,
  muslBaseImage,
  noWheelForPython,
  torchStablePage,
  torchWithoutCpuIndex,
} from './torch.ts'

/** Every rule. A new one is a function, a line here, and its page in `contract/codes/docker.ts`. */
export const rules: readonly Rule[] = [
  torchWithoutCpuIndex,
  gpuIndex,
  gpuRequirement,
  cpuIndexAlone,
  torchStablePage,
  gpuBaseImage,
  muslBaseImage,
  noWheelForPython,
  buildToolsShipped,
  venvFromOtherPython,
  venvMoved,
  venvNotOnPath,
  pipCacheKept,
  cacheMountUnused,
  uvLinkMode,
  copyBeforeInstall,
  aptWithoutUpdate,
  aptWithoutYes,
  libgompMissing,
  libgompForTorch,
  cudaRemovedLater,
  noDockerignore,
  dockerignoreHidesNeededFile,
  dockerignoreGaps,
  dockerignoreRootOnly,
  stageAsCasing,
  requirementsNotResolved,
  installerNotRead,
]
