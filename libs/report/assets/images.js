/* global document, window */
// The pictures of a page.
(() => {
  'use strict';
  // A picture that stands in several places is in the page once.
  for (const image of document.querySelectorAll('img[data-same]'))
    image.src = document.querySelector(`img[data-picture="${image.dataset.same}"]`).src;
  for (const figure of document.querySelectorAll('.comparison')) void window.DistilleryCompare(figure);
})();
