import type { Command } from 'commander'
import { addCiCheck } from './ci-check.ts'
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

/** Adds `torchpin ci`, the commands about what CI installs. */
export function addCi(program: Command): void {
  const ci = program
    .command('ci')
    .summary('check what workflows and scripts install')
    .description('Commands about the install commands of workflows and scripts')
    .addHelpText(
      'after',
      `
Examples:
  torchpin ci check
  torchpin ci check --fix .github`,
    )
  addCiCheck(ci)
}
