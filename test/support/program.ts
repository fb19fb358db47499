import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fromRoot } from '../../src/platform/config/paths.js';

/** The program as a process of its own, run from the sources. */
export class Program {
  output = '';
  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  static start(entry: 'main' | 'cli', args: string[], env: Record<string, string>): Program {
    return new Program(
      spawn(
        process.execPath,
        ['--import', fromRoot('test', 'support', 'typescript.mjs'), fromRoot('src', `${entry}.ts`), ...args],
        {
          env: { PATH: process.env.PATH, NODE_ENV: 'development', LOG_LEVEL: 'warn', ...env },
          stdio: ['pipe', 'pipe', 'pipe'],
        },
      ),
    );
  }

  /** Resolves when its output has this in it; rejects when it ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.output);
      if (found) return found;
      if (this.child.exitCode !== null || this.child.signalCode)
        throw new Error(`It ended without saying ${pattern}:\n${this.output}`);
      await Promise.race([
        once(this.child.stdout!, 'data'),
        once(this.child.stderr!, 'data'),
        once(this.child, 'exit'),
      ]);
    }
  }

  /** Its exit code, or the signal that ended it. */
  async ended(): Promise<number | string> {
    if (this.child.exitCode === null && !this.child.signalCode) await once(this.child, 'close');
    return this.child.exitCode ?? this.child.signalCode!;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
