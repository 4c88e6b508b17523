"""Writing people as citizen messages (QCVN 109:2017 in practice): names whole and upper case in
`Ten`."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from danso.modules.population.engine.synth.dialects import Forms
from danso.modules.population.engine.synth.inputs import SynthInputs

NAMESPACE = "http://www.mic.gov.vn/dancu/1.0"
BLOOD_UNKNOWN = "00"


class Messages:
    """Writes collections of citizen messages for one province."""

    def __init__(self, inputs: SynthInputs) -> None:
        former = [unit for commune in inputs.communes for unit in commune.former]
        self._districts = {u.code: u.district_code for u in (*former, *inputs.vanished)}
        self._province = inputs.province_code
        self._older = inputs.older_version
        self._head = inputs.codes.relations["head"]
        self._forms = Forms(inputs)

    def write(self, path: Path, rows: pl.DataFrame, *, prefix: str, moment: str) -> None:
        """One collection; `prefix` is the namespace prefix ("" for the default), `moment`
        yyyymmdd."""
        tag = f"{prefix}:" if prefix else ""
        declared = f"xmlns:{prefix}" if prefix else "xmlns"
        names = [name for name in rows.columns if name.endswith("_name")]
        escaped = rows.with_columns(pl.col(names).str.to_uppercase()).with_columns(
            pl.col(pl.String)
            .str.replace_all("&", "&amp;", literal=True)
            .str.replace_all("<", "&lt;", literal=True)
            .str.replace_all(">", "&gt;", literal=True)
            .str.replace_all('"', "&quot;", literal=True)
        )
        body = escaped.with_row_index("line", offset=1).select(
            pl.concat_str(self._citizen(_Tags(tag), moment)).alias("message")
        )
        with path.open("w", encoding="utf-8", newline="\n") as out:
            out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
            out.write(f'<{tag}CongdanCollection {declared}="{NAMESPACE}">\n')
            out.writelines(body.to_series().to_list())
            out.write(f"</{tag}CongdanCollection>\n")

    def _citizen(self, tags: _Tags, moment: str) -> list[pl.Expr]:
        return [
            pl.format(
                f'<{tags.tag}CongDan id="{{}}" SoCongDan="1" ThoiDiemDuLieu="{moment}" GhiChu="">',
                pl.col("line"),
            ),
            tags.one("SoDinhDanh", pl.col("number")),
            tags.one("SoCMND", pl.col("old_number")),
            tags.name(pl.col("full_name")),
            tags.one("GioiTinh", pl.col("sex")),
            tags.one("DanToc", pl.col("ethnicity")),
            tags.one("TonGiao", pl.col("religion")),
            tags.one("TinhTrangHonNhan", pl.col("marital_status")),
            tags.one("NhomMau", pl.lit(BLOOD_UNKNOWN)),
            self._birth(tags),
            tags.place(
                "NoiDangKyKhaiSinh", pl.lit(""), pl.lit(""), pl.lit(""), pl.col("birth_place")
            ),
            tags.place("QueQuan", pl.lit(""), pl.lit(""), pl.lit(""), pl.col("origin")),
            tags.place(
                "ThuongTru",
                pl.lit(self._province),
                self._district(),
                pl.col("commune_recorded"),
                self._detail(),
            ),
            tags.one("QuocTich", pl.col("nationality")),
            tags.kin("Cha", "father"),
            tags.kin("Me", "mother"),
            tags.kin("VoChong", "spouse"),
            self._head_of_household(tags),
            pl.lit(f"</{tags.tag}CongDan>\n"),
        ]

    def _birth(self, tags: _Tags) -> pl.Expr:
        """Exactly one of the two is filled."""
        birth = pl.col("birth")
        day = birth.str.replace_all("-", "")
        whole = birth.str.len_bytes() == 10
        return tags.around(
            "NgayThangNamSinh",
            tags.one("Nam", pl.when(whole).then(pl.lit("")).otherwise(birth.str.slice(0, 4))),
            tags.one("NgayThangNam", pl.when(whole).then(day).otherwise(pl.lit(""))),
        )

    def _district(self) -> pl.Expr:
        code = pl.col("commune_recorded").replace_strict(
            self._districts, default="", return_dtype=pl.String
        )
        older = pl.col("code_version") == self._older
        return pl.when(older).then(code).otherwise(pl.lit(""))

    def _detail(self) -> pl.Expr:
        house = pl.col("address")
        lead = pl.when(house == "").then(pl.lit("")).otherwise(house + pl.lit(", "))
        return lead + pl.col("hamlet")

    def _head_of_household(self, tags: _Tags) -> pl.Expr:
        relation = pl.col("relation")
        shown = (
            pl.when(relation == self._head)
            .then(relation)
            .otherwise(self._forms.form("relation_word"))
        )
        return tags.around(
            "ChuHo", tags.one("QuanHe", shown), tags.one("SoDinhDanh", pl.col("head_number"))
        )


class _Tags:
    """Elements as expressions, with the collection's prefix."""

    def __init__(self, tag: str) -> None:
        self.tag = tag

    def one(self, name: str, value: pl.Expr) -> pl.Expr:
        return pl.concat_str([pl.lit(f"<{self.tag}{name}>"), value, pl.lit(f"</{self.tag}{name}>")])

    def around(self, name: str, *parts: pl.Expr) -> pl.Expr:
        return pl.concat_str(
            [pl.lit(f"<{self.tag}{name}>"), *parts, pl.lit(f"</{self.tag}{name}>")]
        )

    def name(self, value: pl.Expr) -> pl.Expr:
        return self.around(
            "HoVaTen",
            self.one("Ho", pl.lit("")),
            self.one("ChuDem", pl.lit("")),
            self.one("Ten", value),
        )

    def place(
        self, name: str, province: pl.Expr, district: pl.Expr, commune: pl.Expr, detail: pl.Expr
    ) -> pl.Expr:
        return self.around(
            name,
            self.one("MaTinhThanh", province),
            self.one("MaQuanHuyen", district),
            self.one("MaPhuongXa", commune),
            self.one("ChiTiet", detail),
            self.one("QuocGia", pl.lit("VN")),
        )

    def kin(self, name: str, who: str) -> pl.Expr:
        return self.around(
            name,
            self.name(pl.col(f"{who}_name")),
            self.one("QuocTich", pl.lit("")),
            self.one("SoDinhDanh", pl.col(f"{who}_number")),
            self.one("SoCMND", pl.lit("")),
        )
