import type { Command } from 'commander'
import { addDockerCheck } from './docker-check.ts'
import { addDockerInit } from './docker-init.ts'

/** Adds `torchpin docker`, the commands about Dockerfiles. */
export function addDocker(program: Command): void {
  const docker = program
    .command('docker')
    .summary('check Dockerfiles and write them')
    .description('Commands about the Dockerfile that a CPU-only image is built from')
    .addHelpText(
      'after',
      `
Examples:
  torchpin docker init
  torchpin docker check --fix`,
    )
  for (const add of [addDockerCheck, addDockerInit]) add(docker)
}
