import { Presets, SingleBar } from 'cli-progress';

const SHOW_AFTER_MS = 1_000;

/** A bar on standard error: once a command takes longer than a second, and only where somebody looks. */
export class ProgressBar {
  private readonly startedAt = performance.now();
  private bar?: SingleBar;
  private phase?: string;
  private phaseAt = { time: 0, done: 0 };

  /** @param phase what is being done, a word; with each new one the bar begins anew */
  readonly show = (phase: string, done: number, total: number): void => {
    if (!process.stderr.isTTY || performance.now() - this.startedAt < SHOW_AFTER_MS) return;
    if (this.phase !== phase) {
      this.stop();
      this.phase = phase;
      const format = `${phase} {bar} {percentage} % · {value} of {total} · {speed} a second · {eta_formatted} left`;
      this.bar = new SingleBar(
        { format, stream: process.stderr, hideCursor: true, clearOnComplete: true },
        Presets.shades_classic,
      );
      this.bar.start(Math.max(total, 1), done, { speed: 0 });
      this.phaseAt = { time: performance.now(), done };
    }
    const seconds = (performance.now() - this.phaseAt.time) / 1000;
    this.bar?.update(done, { speed: seconds > 0 ? Math.round((done - this.phaseAt.done) / seconds) : 0 });
  };

  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
    this.phase = undefined;
  }
}
