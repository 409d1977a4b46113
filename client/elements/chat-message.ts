import { css, html, LitElement, nothing } from 'lit';
import { isoTime } from '#client/clock.ts';
import type { Names } from '#client/net/names.ts';
import { exactTime, relativeTime, shortDuration, texts, timeOfDay } from '#client/texts.ts';
import type { Message } from './chat-entries.ts';
import { icon, iconStyle } from './icons.ts';
import './person-name.ts';
import { controls } from './styles/controls.ts';

/** From here on a message visibly runs out. */
const SOON_MS = 60_000;

/** One message: who, what, when, and when it will be gone. Fires `redact` with its id. */
export class ChatMessage extends LitElement {
  static override properties = {
    message: { attribute: false },
    names: { attribute: false },
    me: {},
    moderates: { type: Boolean },
    first: { type: Boolean, reflect: true },
    now: { type: Number },
  };
  declare message: Message;
  declare names: Names;
  declare me: string;
  /** May remove what others wrote. */
  declare moderates: boolean;
  declare first: boolean;
  /** The room's clock, ms. */
  declare now: number;

  static override styles = [
    controls,
    iconStyle,
    css`
      :host {
        position: relative;
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        column-gap: var(--space-3);
        padding: var(--space-1) var(--space-4);
        animation: arrive var(--calm) var(--ease);
      }
      :host([first]) {
        margin-top: var(--space-3);
      }
      @keyframes arrive {
        from {
          opacity: 0;
          transform: translateY(var(--space-2));
        }
      }
      header {
        grid-column: 1 / -1;
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-width: 0;
        margin-bottom: var(--space-1);
        font-weight: 600;
      }
      header time {
        flex: none;
        margin-inline-start: auto;
        color: var(--ink-soft);
        font-size: var(--text-tiny);
        font-weight: 400;
      }
      .text {
        min-width: 0;
        padding-inline-start: calc(var(--monogram-small) + var(--space-2));
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        unicode-bidi: plaintext;
      }
      footer {
        display: flex;
        align-items: center;
        align-self: start;
        gap: var(--space-1);
        color: var(--ink-soft);
        font-size: var(--text-tiny);
        line-height: calc(var(--leading) * var(--text-body));
        white-space: nowrap;
      }
      .gone {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
        cursor: help;
      }
      .soon {
        color: var(--warn);
        font-weight: 600;
      }
      .gone svg {
        width: var(--text-tiny);
        height: var(--text-tiny);
      }
      .remove {
        position: absolute;
        inset-block-start: 50%;
        inset-inline-end: var(--space-2);
        translate: 0 -50%;
        border-color: var(--line);
        background: var(--paper-raised);
        color: var(--bad);
        opacity: 0;
        transition: opacity var(--quick);
      }
      .mute {
        min-height: 0;
        margin-block: calc(-1 * var(--space-2));
        opacity: 0;
        transition: opacity var(--quick);
      }
      :host(:hover) .mute,
      .mute:focus-visible,
      :host(:hover) .remove,
      .remove:focus-visible {
        opacity: 1;
      }
      @media (hover: none) {
        .mute {
          opacity: 1;
        }
        .text {
          grid-row: span 2;
        }
        .remove {
          grid-column: 2;
          justify-self: end;
          min-height: 0;
          padding-block: var(--space-1);
          position: static;
          translate: none;
          border-color: transparent;
          background: none;
          opacity: 1;
        }
      }
    `,
  ];

  override render() {
    const { message } = this;
    return html`${
      this.first
        ? html`<header>
            <person-name small .names=${this.names} .player=${message.author} .me=${this.me}></person-name>
            ${this.moderates && message.author !== this.me ? this.#muteButton(message.author) : nothing}
            <time datetime=${isoTime(message.sentAt)} title=${exactTime(message.sentAt)}>${timeOfDay(message.sentAt)}</time>
          </header>`
        : nothing
    }
      <p class="text" dir="auto">${message.text}</p>
      <footer>${this.#gone()}</footer>
      ${
        message.author === this.me || this.moderates
          ? html`<button class="icon-only remove" aria-label=${texts.chat.remove} title=${texts.chat.remove} @click=${this.#redact}>
            ${icon('trash')}
          </button>`
          : nothing
      }`;
  }

  #muteButton(author: string) {
    const label = texts.operate.mute.of(this.names.of(author));
    return html`<button class="icon-only quiet mute" aria-label=${label} title=${label} @click=${this.#mute}>
      ${icon('mute')}
    </button>`;
  }

  #mute() {
    this.dispatchEvent(new CustomEvent('mute', { detail: this.message.author, bubbles: true, composed: true }));
  }

  #gone() {
    const { expiresAt } = this.message;
    if (!expiresAt) return nothing;
    const left = expiresAt - this.now;
    return html`<span class="gone ${left < SOON_MS ? 'soon' : ''}" title=${texts.chat.goneHint(exactTime(expiresAt))}
      >${icon('hourglass')}<span class="visually-hidden">${texts.chat.gone(relativeTime(expiresAt, this.now))}</span
      ><span aria-hidden="true">${shortDuration(left)}</span></span
    >`;
  }

  #redact() {
    this.dispatchEvent(new CustomEvent('redact', { detail: this.message.id, bubbles: true, composed: true }));
  }
}
customElements.define('chat-message', ChatMessage);
