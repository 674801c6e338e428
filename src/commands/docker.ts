import type { Command } from 'commander'
import { addDockerCheck } from './docker-check.ts'

/** Adds `torchpin docker`, a group of commands. */
export function addDocker(program: Command): void {
  const group = program
    .command('docker')
    .summary('check Dockerfiles and write them')
    .description('Checks Dockerfiles for images with a CPU-only torch, and writes them')
  for (const add of [addDockerCheck]) add(group)
}
