import { html, LitElement } from 'lit';
import { isoTime } from '#client/clock.ts';
import { Ticking } from '#client/net/live.ts';
import { exactTime, relativeTime } from '#client/texts.ts';

const EVERY_MS = 15_000;

/** A time as people say it, with the exact one on hover. */
export class RelativeTime extends LitElement {
  static override properties = { at: { type: Number }, now: { attribute: false } };
  /** Wall ms. */
  declare at: number;
  /** The server's clock. */
  declare now: () => number;

  constructor() {
    super();
    this.at = 0;
    new Ticking(this, EVERY_MS);
  }

  override render() {
    return html`<time datetime=${isoTime(this.at)} title=${exactTime(this.at)}
      >${relativeTime(this.at, this.now())}</time
    >`;
  }
}
customElements.define('relative-time', RelativeTime);
