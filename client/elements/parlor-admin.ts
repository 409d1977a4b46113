import { css, html, LitElement, nothing } from 'lit';
import type { Parlor } from '#client/net/parlor.ts';
import { Refusal } from '#client/net/rest.ts';
import { pathTo } from '#client/router.ts';
import { texts } from '#client/texts.ts';
import type { MonitorPass } from '#schema/resources.ts';
import './admin-players.ts';
import './admin-sessions.ts';
import { icon, iconStyle } from './icons.ts';
import { controls, phone } from './styles/controls.ts';

const PARTS = ['players', 'sessions'] as const;

/** The console: lists with addresses of their own, and the room monitor beside them. */
export class ParlorAdmin extends LitElement {
  static override properties = {
    parlor: { attribute: false },
    list: {},
    name: {},
    trouble: { state: true },
  };
  declare parlor: Parlor;
  declare list: (typeof PARTS)[number];
  /** The item that the address points at. */
  declare name: string;
  declare trouble: string;

  static override styles = [
    controls,
    iconStyle,
    css`
      :host {
        display: grid;
        grid-template-columns: var(--side) minmax(0, 1fr);
        min-height: 100%;
      }
      nav {
        padding: var(--space-5) var(--space-3);
        background: var(--paper-sunk);
      }
      nav h1 {
        padding: 0 var(--space-3) var(--space-4);
        font-size: var(--text-title);
      }
      nav :is(a, button) {
        display: flex;
        align-items: center;
        justify-content: start;
        gap: var(--space-2);
        width: 100%;
        min-height: var(--target);
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius-small);
        font-weight: 560;
        text-decoration: none;
      }
      nav :is(a, button):hover {
        background: var(--paper);
      }
      nav a[aria-current] {
        background: var(--felt);
        color: var(--on-felt);
      }
      section {
        min-width: 0;
        max-width: var(--wide);
        padding: var(--space-5);
      }
      h2 {
        margin-bottom: var(--space-4);
      }
      @media ${phone} {
        :host {
          grid-template-columns: minmax(0, 1fr);
          align-content: start;
        }
        nav {
          display: flex;
          flex-wrap: wrap;
          gap: var(--space-1);
          padding: var(--space-2);
        }
        nav h1 {
          flex-basis: 100%;
          padding: var(--space-2) var(--space-3);
        }
        nav :is(a, button) {
          width: auto;
        }
        section {
          padding: var(--space-4) var(--space-2);
        }
        h2 {
          padding-inline: var(--space-3);
        }
      }
    `,
  ];

  constructor() {
    super();
    this.list = 'players';
    this.name = '';
    this.trouble = '';
  }

  override render() {
    return html`<nav aria-label=${texts.admin.title}>
        <h1>${texts.admin.title}</h1>
        ${PARTS.map(
          (part) => html`<a href=${pathTo.admin(part)} aria-current=${part === this.list ? 'page' : nothing}>
            ${icon(part === 'players' ? 'users' : 'shield')}${texts.admin[part]}
          </a>`,
        )}
        <button class="quiet" @click=${this.#monitor}>${icon('activity')}${texts.admin.monitor}</button>
        ${this.trouble ? html`<p class="small" role="alert">${this.trouble}</p>` : nothing}
      </nav>
      <section aria-labelledby="part">
        <h2 id="part">${texts.admin[this.list]}</h2>
        ${
          this.list === 'players'
            ? html`<admin-players .parlor=${this.parlor}></admin-players>`
            : html`<admin-sessions .parlor=${this.parlor} .chosen=${this.name}></admin-sessions>`
        }
      </section>`;
  }

  /** The monitor is a page of its own, which takes no bearer token: a pass opens it for a while. */
  async #monitor() {
    try {
      const order = { apiVersion: 'parlor.dev/v1', kind: 'MonitorPass' };
      const pass = await this.parlor.rest.post<MonitorPass>('monitorpasses', order);
      location.assign(pass.status.path);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.trouble = error.message;
    }
  }
}
customElements.define('parlor-admin', ParlorAdmin);
