import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Anything that calls back when it changed. */
export interface Subject {
  subscribe(listener: () => void): () => void;
}

/** Renders its host again whenever the subject changes; follows the subject when it is exchanged. */
export class Live implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #subject: () => Subject | undefined;
  #followed: Subject | undefined;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, subject: () => Subject | undefined) {
    this.#host = host;
    this.#subject = subject;
    host.addController(this);
  }

  hostConnected(): void {
    this.hostUpdate();
  }

  hostUpdate(): void {
    const subject = this.#subject();
    if (subject === this.#followed) return;
    this.#stop?.();
    this.#followed = subject;
    this.#stop = subject?.subscribe(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#followed = undefined;
  }
}

/** Renders its host again every `ms`, for clocks; rests while the page is hidden or nothing runs. */
export class Ticking implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #ms: number;
  readonly #runs: () => boolean;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost, ms: number, runs: () => boolean = () => true) {
    this.#host = host;
    this.#ms = ms;
    this.#runs = runs;
    host.addController(this);
  }

  hostConnected(): void {
    this.#timer = setInterval(() => {
      if (!document.hidden && this.#runs()) this.#host.requestUpdate();
    }, this.#ms);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }
}
