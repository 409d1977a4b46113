import { css, html, LitElement, nothing } from 'lit';
import type { Parlor } from '#client/net/parlor.ts';
import { pathTo } from '#client/router.ts';
import { texts } from '#client/texts.ts';
import { icon, iconStyle } from './icons.ts';
import './person-name.ts';
import { controls, phone } from './styles/controls.ts';

/** The felt bar along the top: the way home, who one is, and the way out. */
export class PageHeader extends LitElement {
  static override properties = {
    parlor: { attribute: false },
    home: { type: Boolean },
  };
  declare parlor: Parlor;
  /** The page is the lobby. */
  declare home: boolean;

  static override styles = [
    controls,
    iconStyle,
    css`
      header {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: var(--bar);
        padding: var(--space-2) max(var(--space-4), env(safe-area-inset-left));
        background: var(--felt-deep);
        border-bottom: var(--rule) solid var(--brass);
        color: var(--on-felt);
      }
      .home {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        min-height: var(--target);
        margin-inline-end: auto;
        text-decoration: none;
        font: 600 var(--text-title) / 1 var(--face-title);
        letter-spacing: -0.01em;
      }
      .mark {
        width: var(--icon-large);
        height: var(--icon-large);
        border-radius: 50%;
        border: var(--focus) double var(--brass-bright);
        background: var(--brass);
      }
      .me {
        display: inline-flex;
        align-items: center;
        min-width: 0;
        max-width: var(--side);
        min-height: var(--target);
        padding-inline: var(--space-2);
        border-radius: var(--radius-small);
        text-decoration: none;
        font-weight: 560;
      }
      .me:hover {
        background: var(--felt-raised);
      }
      @media ${phone} {
        .label {
          display: none;
        }
        .me {
          max-width: var(--mini-board);
        }
      }
    `,
  ];

  constructor() {
    super();
    this.home = false;
  }

  override render() {
    const { me, names } = this.parlor;
    return html`<header>
      <a class="home" href=${pathTo.lobby} aria-current=${this.home ? 'page' : nothing}>
        ${this.home ? html`<span class="mark"></span>` : icon('arrow-left')}${texts.parlor}
      </a>
      ${
        this.parlor.mayAdminister
          ? html`<a class="button on-felt quiet" href=${pathTo.admin()} aria-label=${texts.account.console}>
            ${icon('shield')}<span class="label">${texts.account.console}</span>
          </a>`
          : nothing
      }
      <a class="me" href=${pathTo.player(me.player)} title=${texts.account.you}>
        <person-name small .names=${names} .player=${me.player}></person-name>
      </a>
      <button class="on-felt quiet icon-only" title=${texts.account.signOut} aria-label=${texts.account.signOut} @click=${() => this.parlor.signOut()}>
        ${icon('log-out')}
      </button>
    </header>`;
  }
}
customElements.define('page-header', PageHeader);
