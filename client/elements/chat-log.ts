import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { inBackground } from '#client/background.ts';
import { Ticking } from '#client/net/live.ts';
import type { Names } from '#client/net/names.ts';
import { dayName, texts } from '#client/texts.ts';
import { type Entry, entriesOf, type Message } from './chat-entries.ts';
import './chat-message.ts';
import { controls } from './styles/controls.ts';

/** Nearer to the end than this, the log follows what is said. */
const FOLLOW_PX = 48;
const CLOCK_MS = 5000;

/** The messages in order, with what is on its way slotted below. Fires `read` when the end is in view. */
export class ChatLog extends LitElement {
  static override properties = {
    messages: { attribute: false },
    names: { attribute: false },
    me: {},
    moderates: { type: Boolean },
    readUpTo: { type: Number },
    now: { attribute: false },
    behind: { state: true },
  };
  declare messages: readonly Message[];
  declare names: Names;
  declare me: string;
  declare moderates: boolean;
  declare readUpTo: number;
  declare now: () => number;
  /** Something was said below what is in view. */
  declare behind: boolean;
  #following = true;
  #last = 0;

  static override styles = [
    controls,
    css`
      :host {
        position: relative;
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .scroll {
        flex: 1;
        min-height: 0;
        overflow-y: auto;
        overscroll-behavior: contain;
        padding-block: var(--space-2) var(--space-3);
        scrollbar-width: thin;
        scrollbar-color: var(--line-strong) transparent;
      }
      .rule {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4) 0;
        color: var(--ink-soft);
        font-size: var(--text-tiny);
      }
      .rule::before,
      .rule::after {
        content: "";
        flex: 1;
        border-top: var(--hairline) solid var(--line);
      }
      .unread {
        color: var(--brass-deep);
        font-weight: 600;
      }
      .unread::before,
      .unread::after {
        border-color: var(--brass);
      }
      .newer {
        position: absolute;
        inset-block-end: var(--space-3);
        inset-inline: 0;
        width: fit-content;
        margin-inline: auto;
        border-color: transparent;
        border-radius: var(--radius-round);
        background: var(--felt);
        color: var(--on-felt);
        box-shadow: var(--shadow-high);
        font-size: var(--text-small);
      }
    `,
  ];

  constructor() {
    super();
    this.messages = [];
    this.me = '';
    this.readUpTo = 0;
    this.now = () => 0;
    this.behind = false;
    new Ticking(this, CLOCK_MS);
  }

  override render() {
    const now = this.now();
    return html`<div class="scroll" tabindex="0" role="log" aria-label=${texts.chat.messages} @scroll=${this.#scrolled}>
        ${this.messages.length === 0 ? html`<slot name="empty"></slot>` : nothing}
        ${repeat(entriesOf(this.messages, this.readUpTo, this.me), keyOf, (entry) => this.#entry(entry, now))}
        <slot></slot>
      </div>
      ${this.behind ? html`<button class="newer" @click=${this.toEnd}>${texts.chat.newer}</button>` : nothing}`;
  }

  #entry(entry: Entry, now: number) {
    if (entry.kind === 'day') return html`<p class="rule">${dayName(entry.at, now)}</p>`;
    if (entry.kind === 'unread') return html`<p class="rule unread">${texts.chat.unread}</p>`;
    return html`<chat-message
      .message=${entry.message}
      .names=${this.names}
      .me=${this.me}
      ?moderates=${this.moderates}
      .now=${now}
      ?first=${entry.first}
    ></chat-message>`;
  }

  override updated(_changed: PropertyValues<this>) {
    const last = this.messages.at(-1)?.id ?? 0;
    const grown = last !== this.#last;
    this.#last = last;
    if (this.#following) inBackground(this.#settle());
    else if (grown) this.behind = true;
  }

  /** Children render after their list; only then is the end where it will be. */
  async #settle() {
    await Promise.all(
      [...this.renderRoot.querySelectorAll<LitElement>('chat-message')].map((message) => message.updateComplete),
    );
    this.toEnd();
  }

  toEnd = () => {
    const scroll = this.renderRoot.querySelector('.scroll');
    if (!scroll) return;
    scroll.scrollTop = scroll.scrollHeight;
    this.#following = true;
    this.behind = false;
    this.dispatchEvent(new CustomEvent('read', { detail: this.#last }));
  };

  #scrolled(event: Event) {
    const scroll = event.currentTarget as HTMLElement;
    this.#following = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < FOLLOW_PX;
    if (this.#following && this.behind) this.toEnd();
  }
}
customElements.define('chat-log', ChatLog);

function keyOf(entry: Entry): string {
  return entry.kind === 'message' ? `m${entry.message.id}` : entry.kind === 'day' ? `d${entry.at}` : 'unread';
}
