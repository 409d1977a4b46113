import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { inBackground } from '#client/background.ts';
import type { Parlor } from '#client/net/parlor.ts';
import { pathTo, type Route } from '#client/router.ts';
import { texts } from '#client/texts.ts';
import { REFUSALS } from '#schema/refusals.ts';
import './page-header.ts';
import './parlor-lobby.ts';
import './parlor-player.ts';
import { controls } from './styles/controls.ts';

/** The whole page: the bar, and the view that the address names. Rare views load when they are first seen. */
export class ParlorPage extends LitElement {
  static override properties = { parlor: { attribute: false }, route: { attribute: false } };
  declare parlor: Parlor;
  declare route: Route;

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        height: 100dvh;
      }
      main {
        min-height: 0;
        min-width: 0;
        overflow: auto;
      }
      .talk {
        display: flex;
        flex-direction: column;
        height: 100%;
        max-width: var(--reading);
        margin-inline: auto;
        background: var(--paper-raised);
        box-shadow: var(--shadow-low);
      }
      .talk h1 {
        padding: var(--space-4);
        border-bottom: var(--hairline) solid var(--line);
        font-size: var(--text-title);
      }
      .talk parlor-chat {
        flex: 1;
        height: auto;
      }
      .nowhere {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--space-3);
        height: 100%;
        padding: var(--space-5);
        text-align: center;
      }
    `,
  ];

  override render() {
    const { at } = this.route;
    // A view with nothing to focus in it is scrolled by keyboard through the region itself.
    return html`<page-header .parlor=${this.parlor} ?home=${at === 'lobby'}></page-header>
      <main tabindex=${at === 'player' ? 0 : nothing}>${this.#view()}</main>`;
  }

  #view(): TemplateResult {
    const { parlor, route } = this;
    switch (route.at) {
      case 'lobby':
        return html`<parlor-lobby .parlor=${parlor}></parlor-lobby>`;
      case 'talk':
        return html`<section class="talk">
          <h1>${texts.chat.title(route.channel)}</h1>
          <parlor-chat .parlor=${parlor} .channel=${route.channel}></parlor-chat>
        </section>`;
      case 'match':
        inBackground(import('./parlor-match.ts'));
        return html`<parlor-match .parlor=${parlor} .match=${route.match}></parlor-match>`;
      case 'player':
        return html`<parlor-player .parlor=${parlor} .player=${route.player}></parlor-player>`;
      case 'admin':
        if (!parlor.mayAdminister) return this.#notice(texts.admin.title, REFUSALS.forbidden.sentence);
        inBackground(import('./parlor-admin.ts'));
        return html`<parlor-admin .parlor=${parlor} .list=${route.list} .name=${route.name ?? ''}></parlor-admin>`;
      case 'nowhere':
        return this.#notice(texts.nowhere.title, texts.nowhere.line);
      default:
        return route satisfies never;
    }
  }

  /** A page that has nothing to show but why, and the way back. */
  #notice(title: string, line: string): TemplateResult {
    return html`<section class="nowhere">
      <h1>${title}</h1>
      <p class="soft">${line}</p>
      <a class="button brass" href=${pathTo.lobby}>${texts.toLobby}</a>
    </section>`;
  }
}
customElements.define('parlor-page', ParlorPage);
