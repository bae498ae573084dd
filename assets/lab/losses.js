// What words of the source are worth, once Python has weighed them; too late for another sentence it is dropped.
onValue(() => {
  const { page } = window.interlinear.lab;
  const { translation, segment, text, words = [] } = props.value || {};
  if (!page || page.shown.translation !== translation || page.shown.segment !== segment || page.target.text !== text) return;
  window.interlinear.lab.weigh(words);
});
