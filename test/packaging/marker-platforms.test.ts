import { expect, test } from 'vitest'
import { parseMarker } from '../../src/packaging/marker.ts'
import { platformsNamed } from '../../src/packaging/marker-platforms.ts'

test.each([
  ['sys_platform == "darwin"', ['macos-arm64']],
  ['sys_platform != "darwin"', ['macos-arm64']],
  ['platform_system == "Darwin" and platform_machine == "arm64"', ['macos-arm64']],
  ['"darwin" == sys_platform', ['macos-arm64']],
  ['sys_platform == "win32"', ['windows-x86_64']],
  ['platform_system != "Windows"', ['windows-x86_64']],
  ['os_name == "nt"', ['windows-x86_64']],
  ['platform_machine == "AMD64"', ['windows-x86_64']],
  ['platform_machine == "aarch64"', ['linux-aarch64']],
  ['sys_platform == "linux" and platform_machine != "aarch64"', ['linux-aarch64']],
  ['sys_platform in "linux darwin"', ['macos-arm64']],
  ['platform_machine not in "aarch64,arm64"', ['linux-aarch64', 'macos-arm64']],
  ['sys_platform == "darwin" or sys_platform == "win32"', ['macos-arm64', 'windows-x86_64']],
  ['platform_machine != "ppc64le"', []],
  ['platform_machine == "x86_64"', []],
  ['sys_platform == "linux" and os_name == "posix"', []],
  ['sys_platform == "cygwin" or sys_platform == "linux2"', []],
  ['python_version < "3.12"', []],
  ['implementation_name == "darwin"', []],
  ['extra == "win32"', []],
] as const)('%s', (text, expected) => {
  expect(platformsNamed(parseMarker(text))).toEqual(expected)
})
