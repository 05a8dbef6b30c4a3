import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { scripts } from '../../src/commands/completion/scripts.js';
import { completionCommand } from '../../src/commands/completion.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-completion-'));
  const program = join(folder, 'vggdraw');
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/src/cli.js')}' "$@"\n`);
  await chmod(program, 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

const testWithBash = existsSync('/bin/bash') ? test : test.skip;

testWithBash('in bash: commands, options, values, and files where nothing else is wanted', async () => {
  const script = `${scripts.bash}
    complete -p vggdraw
    at() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _vggdraw; echo "[\${COMPREPLY[*]}]"; }
    at vggdraw dra
    at vggdraw draw 'a photo.jpg' --preset = pe
    at vggdraw draw ''`;
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  const { stdout } = await promisify(execFile)('/bin/bash', ['--norc', '-c', script], { env });
  expect(stdout.split('\n')).toEqual([
    'complete -o bashdefault -o default -F _vggdraw vggdraw',
    '[draw]',
    '[pencil pen]',
    '[]',
    '',
  ]);
});

test('the shell is the one that is named, else that of $SHELL', () => {
  const written: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const { SHELL } = process.env;
  try {
    process.env.SHELL = '/usr/local/bin/fish';
    completionCommand.handler({ _: [], $0: '' });
    completionCommand.handler({ _: [], $0: '', shell: 'zsh' });
    expect(written).toEqual([scripts.fish, scripts.zsh]);
    expect(() => completionCommand.handler({ _: [], $0: '', shell: 'bsh' })).toThrow(
      "there is no completion for 'bsh'; give bash, zsh, fish; did you mean 'bash'?",
    );
    process.env.SHELL = '';
    expect(() => completionCommand.handler({ _: [], $0: '' })).toThrow('which shell? give bash, zsh, fish');
  } finally {
    write.mockRestore();
    if (SHELL === undefined) delete process.env.SHELL;
    else process.env.SHELL = SHELL;
  }
});
