-- A title is words, too: what was removed before keeps none.
update threads set title = '…', link_url = null where removed_at is not null;
