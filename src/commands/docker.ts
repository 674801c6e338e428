import type { Command } from 'commander'
import { addDockerInit } from './docker-init.ts'

/** Adds `torchpin docker`, the commands about Dockerfiles. */
export function addDocker(program: Command): void {
  const docker = program
    .command('docker')
    .summary('write a Dockerfile for CPU-only PyTorch')
    .description('Commands about the Dockerfile that a CPU-only image is built from')
  for (const add of [addDockerInit]) add(docker)
}
