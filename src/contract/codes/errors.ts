import type { ErrorCode } from '../errors.ts'
import type { CodePage } from './page.ts'

/** What stops a run. */
export const errorCodes = {
  BAD_OPTION: {
    title: 'A flag or a setting cannot be used as it is given',
    why: 'Exit code 2. A flag of torchpin, a setting of pip that torchpin reads too (pip.conf, PIP_*), or one of the proxy and certificate variables has a value that means nothing. Guessing what was meant could pin the wrong thing. Some settings are not for a repository to give, which may be a stranger’s: what starts a program or writes outside of it (docs/settings.md).',
    fix: 'The message names the flag, or the file and the line of the setting, and its hint shows a value that works. `torchpin COMMAND --help` lists them.',
    example: 'torchpin rewrite --python 3.11 --platform linux-x86_64 requirements.txt',
  },
  FILE_UNREADABLE: {
    title: 'An input is not there, cannot be read, or says something that its readers refuse',
    why: 'Exit code 2. A path that does not exist, a line that pip would refuse too, an encoding that nothing decodes, an archive that is cut off. What cannot be read cannot be proved to install, so the run stops before it changes anything.',
    fix: 'The message shows the place, with a caret below a line that cannot be read. Fix it and run again.',
    example: 'requirements.txt:3:7: …\n    torch=>2.0\n         ^',
  },
  FILE_CHANGED: {
    title: 'A file changed while torchpin worked',
    why: 'Exit code 2. The file differs from what torchpin read, so the result would overwrite somebody else’s work. Nothing was written.',
    fix: 'Run again.',
  },
  FILE_OUTSIDE: {
    title: 'A file that another includes would change, and lies elsewhere',
    why: 'Exit code 2. -r and -c lines are read wherever they lead, as pip reads them. torchpin writes only the files that were named and those in the same repository or in the current folder, so that a foreign repository cannot make it change files elsewhere. Nothing was written.',
    fix: 'Name the file as well, if it should be rewritten.',
    example: 'torchpin rewrite requirements.txt ../shared/base.txt',
  },
  FILE_UNWRITABLE: {
    title: 'A file cannot be written',
    why: 'Exit code 2. No permission, a full disk, a read-only mount, or a character that the encoding of the file does not have. All files of a run are written, or none.',
    fix: 'Make room or give permission, and run again; or run with --dry-run --diff-only and apply the diff elsewhere.',
    example: 'torchpin rewrite --dry-run --diff-only . > cpu.patch',
  },
  INCLUDE_CYCLE: {
    title: 'Files include each other in a circle',
    why: 'Exit code 2. -r and -c lines lead back to the file where they began; pip runs into its recursion limit there.',
    fix: 'Take one of the lines of the circle out; the message lists them.',
  },
  OUTPUT_UNWRITABLE: {
    title: 'Standard output cannot be written',
    why: 'Exit code 2. A full disk, mostly. The report is printed before any file is written, so no file has changed. A reader that goes away (`| head`) is no error.',
    fix: 'Make room, or send the output elsewhere, and run again.',
  },
  NO_SOLUTION: {
    title: 'No set of versions satisfies the files',
    why: 'Exit code 3. The message derives why, from the fewest lines and needs that rule everything out: two lines that cannot both hold, a Python for which a release has no wheel, a torchvision that goes with another torch. What pip would install is not decided by torchpin: with the same lines it fails, or installs the CUDA build.',
    fix: 'Change one of the lines that the message names; its hint says to what. `torchpin versions torch --python 3.11` shows what there is.',
    example: 'torch==2.1.0 with Python 3.13: torch 2.1.0 has no wheel for Python 3.13 on linux-x86_64',
  },
  VERIFY_FAILED: {
    title: 'pip or uv refuses the rewritten files',
    why: 'Exit code 3. With --verify the pip and the uv of this machine work out an install of the rewritten files before they are written, and the one that decides (pip, or uv where the repository plainly installs with uv) found none. Nothing is installed and no code is run for it, so a package that has no wheel for the target counts as not installable. An index that they cannot reach is no refusal: that is INDEX_UNREACHABLE.',
    fix: 'Read what the installer says. If it is a package without a wheel, run without --verify. Otherwise the answer of torchpin is wrong for your indexes: please report it.',
    example: 'torchpin rewrite --verify requirements.txt',
  },
  INDEX_UNREACHABLE: {
    title: 'A package index cannot be reached',
    why: 'Exit code 4. No answer, a refused connection, a certificate that nobody vouches for, a proxy that wants a password, or an index that keeps answering with errors, after several tries. With --verify it may be pip or uv that cannot reach it. What the snapshot in the package covers needs no network.',
    fix: 'Look at the address, the proxy (HTTPS_PROXY) and the certificates (SSL_CERT_FILE, PIP_CERT).',
  },
  INDEX_UNREADABLE: {
    title: 'A package index answers with something that is no index page',
    why: 'Exit code 4. A login page, an error page with status 200, a page of another format. pip would skip it or fail further on.',
    fix: 'Open the address of the message in a browser: it has to be the root of a simple index (PEP 503 or 691), one folder above the projects.',
    example: '--index-url https://packages.example.org/simple',
  },
  INTERRUPTED: {
    title: 'The run was interrupted',
    why: 'Exit code 130. Ctrl-C or a signal ended it. No file has changed.',
    fix: 'Run again.',
  },
} satisfies Readonly<Record<ErrorCode, CodePage>>
