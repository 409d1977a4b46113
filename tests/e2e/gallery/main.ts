/** Shows one scene, named by `?scene=`; without a name, links to all of them. */
import { html, render } from 'lit';
import '#client/elements/parlor-page.ts';
import '#client/elements/parlor-match.ts';
import '#client/elements/parlor-admin.ts';
import { SCENES } from './scenes.ts';

const name = new URLSearchParams(location.search).get('scene') ?? '';
const scene = SCENES[name];
const list = Object.keys(SCENES).map((id) => html`<li><a href="?scene=${id}">${id}</a></li>`);
render(scene ? scene() : html`<main><h1>Every state</h1><ul>${list}</ul></main>`, document.body);
