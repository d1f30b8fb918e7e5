/* global document, window */
// Shows a term's entry of the glossary while the pointer is on it or it has the focus. Without this script the term is a link to the entry.
(() => {
  'use strict';
  const data = document.getElementById('glossary-data');
  if (!data) return;
  const meanings = JSON.parse(data.textContent);
  const tip = document.createElement('div');
  tip.id = 'tip';
  tip.setAttribute('role', 'tooltip');
  tip.hidden = true;
  document.body.append(tip);
  let shown = null;

  function hide() {
    shown?.removeAttribute('aria-describedby');
    shown = null;
    tip.hidden = true;
  }

  function show(term) {
    const meaning = meanings[term.dataset.term];
    if (meaning === undefined || term === shown) return;
    hide();
    shown = term;
    tip.textContent = meaning;
    tip.hidden = false;
    term.setAttribute('aria-describedby', 'tip');
    place(term);
  }

  function place(term) {
    const { left, top, bottom } = term.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    tip.style.left = `${Math.max(8, Math.min(left, room - width - 8))}px`;
    tip.style.top = `${bottom + 6 + height < window.innerHeight ? bottom + 6 : Math.max(4, top - height - 6)}px`;
  }

  const termOf = (event) => (event.target instanceof window.Element ? event.target.closest('[data-term]') : null);
  for (const name of ['mouseover', 'focusin'])
    document.addEventListener(name, (event) => {
      const term = termOf(event);
      if (term) show(term);
      // What has the focus keeps its explanation, wherever the pointer rests.
      else if (name === 'focusin' || shown !== document.activeElement) hide();
    });
  document.addEventListener('focusout', hide);
  // A term that gets the focus may have to be scrolled into view first.
  const follow = () => (shown && shown === document.activeElement ? place(shown) : hide());
  document.addEventListener('scroll', follow, { capture: true, passive: true });
  document.addEventListener('keydown', (event) => event.key === 'Escape' && hide());
})();
