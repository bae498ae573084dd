"""The networks behind the one seq2seq contract. Know ids and tensors, no text and no search.

In order of reading: `seq2seq` (the contract); `attention`, `stack`, `encoders`, `recurrent` (the classics);
`positions`, `heads`, `transformer`; `factory` (which configuration makes which);
`rows`, `changed` (what if)."""
