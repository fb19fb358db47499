const EVERY_MS = 200;

/** One line on standard error that says what is being done; only where somebody looks. */
export class PhaseLine {
  private shownAt = 0;

  show(text: string): void {
    if (!process.stderr.isTTY || Date.now() - this.shownAt < EVERY_MS) return;
    this.shownAt = Date.now();
    process.stderr.write(`\r\u001b[2K${text}`);
  }

  stop(): void {
    if (this.shownAt) process.stderr.write('\r\u001b[2K');
  }
}
