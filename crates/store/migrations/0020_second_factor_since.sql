-- Since when administrators must show a second factor: choosing it for more people does not begin their two weeks again.
-- None: since the same moment as everybody.
ALTER TABLE local_policy ADD COLUMN administrators_since {int};
