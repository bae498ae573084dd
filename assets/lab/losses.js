// What words of the source are worth, once Python has weighed them; too late for another sentence it is dropped.
onValue(() => {
  const { lab } = window.interlinear;
  if (lab.page && props.value?.words && lab.isHere(props.value.of)) lab.weigh(props.value.words);
});
