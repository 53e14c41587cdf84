/** Whether times come in order, told one by one. */
export class TimeOrder {
  kept = true;
  private seconds = -Infinity;
  private nanoseconds = 0;

  /** Takes notice of the next time. */
  pass(seconds: number, nanoseconds: number): void {
    if (seconds < this.seconds || (seconds === this.seconds && nanoseconds < this.nanoseconds)) this.kept = false;
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
  }
}
