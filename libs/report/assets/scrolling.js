/* global document, ResizeObserver */
// Text that scrolls sideways can be reached and scrolled by keyboard. Text that fits is no stop on the way.
(() => {
  'use strict';
  const reachable = ({ target }) => {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute('tabindex');
  };
  // Called as well when a text gets its size because what it is folded into opens.
  const sizes = new ResizeObserver((entries) => entries.forEach(reachable));
  for (const text of document.querySelectorAll('pre')) sizes.observe(text);
})();
